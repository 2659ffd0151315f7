/** What the roster says to one of those who are on it. */
export type Roll = {
  /** Instances that are there, this one with them. */
  readonly instances: number;
  /** What is ours: partition → epoch. */
  readonly held: ReadonlyMap<number, number>;
  /** Partitions that nobody owns. */
  readonly free: number;
  readonly intake: 'ours' | 'free' | 'taken';
};

/**
 * Who is there and who owns what. Each method is one step, whole or not at all; two instances may take any of them at
 * once. What has an owner is never taken from it: its owner releases it, leaves, or is buried.
 * @throws PostgresUnavailable from every method, when it may work later; whether it was done is then not known.
 */
export type Roster = {
  /** With a name: whoever is there under it is gone. Tells the others. */
  join(newcomer: { readonly id: string; readonly name: string | undefined; readonly leaseMs: number }): Promise<void>;
  /** The lease runs from now. False: we are not there any more, and own nothing. */
  renew(id: string, leaseMs: number): Promise<boolean>;
  /** Removes everyone else whose lease has run out. */
  bury(id: string): Promise<void>;
  roll(id: string): Promise<Roll>;
  /** Takes so many partitions that nobody owns, or fewer, and raises their epochs. Answers what it took. */
  take(id: string, count: number): Promise<ReadonlyMap<number, number>>;
  /** False: someone has it. */
  takeIntake(id: string): Promise<boolean>;
  /** Gives up what is ours of these. Tells the others. */
  release(id: string, partitions: readonly number[]): Promise<void>;
  /** Gives up everything and is gone. Tells the others. */
  leave(id: string): Promise<void>;
};

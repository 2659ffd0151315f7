/** The `READY` line's JSON. URLs end without a slash; the stores' are for the real clients. */
export type ReadyInfo = {
  readonly gateway: string;
  readonly command: string;
  readonly query: string;
  readonly bridge: string;
  readonly fastTrack: string;
  readonly casino: string;
  readonly psp: string;
  readonly provider: string;
  readonly eventStore: string;
  readonly nats: string;
  readonly postgres: string;
  /** The words that Fast Track is spoken to in. */
  readonly profile: string;
  /** The servers' own pids; a server that is not ours has none. */
  readonly pids: Readonly<Partial<Record<ReadyProcess, number>>>;
  readonly keys: ReadyKeys;
};

export type ReadyProcess =
  | 'command'
  | 'projector'
  | 'bridge'
  | 'query'
  | 'gateway'
  | 'sandbox'
  | 'eventStore'
  | 'nats'
  | 'postgres';

/** Sandbox credentials, for tools that play the provider, the PSP, Fast Track or the back office. */
export type ReadyKeys = {
  readonly operatorApiKey: string;
  readonly operatorClientId: string;
  readonly operatorClientSecret: string;
  readonly backofficeApiKey: string;
  readonly providerId: string;
  readonly providerSecret: string;
  readonly pspId: string;
  readonly pspSecret: string;
  readonly fastTrackApiKey: string;
};

import { type InstanceName, PROCESS_NAMES, type ProcessName } from '../../../embedded/server-spec.js';

/** Which processes run more than once: all that share their work with others of their kind. */
const COUNTS: { readonly [Name in ProcessName]?: number } = { command: 2, projector: 2, bridge: 2 };

/** A process of the platform, by its name under the supervisor. */
export type Instance = InstanceName;

/** All processes that run, those that do the same work one after the other. */
export function processes(): readonly Instance[] {
  return PROCESS_NAMES.flatMap(instancesOf);
}

export function instancesOf(name: ProcessName): readonly Instance[] {
  return Array.from({ length: COUNTS[name] ?? 1 }, (_, index): Instance => {
    return index === 0 ? name : `${name}-${index + 1}`;
  });
}

/** The process's name without its number. */
export function serviceOf(instance: Instance): ProcessName {
  const name = PROCESS_NAMES.find((each) => instance === each || instance.startsWith(`${each}-`));
  if (name === undefined) throw new Error(`${instance} is no process`);
  return name;
}

/** The connections with a proxy on them: one for all instances of a service to one server. */
export const LINKS = [
  'command>eventStore',
  'command>postgres',
  'projector>eventStore',
  'projector>postgres',
  'projector>nats',
  'bridge>eventStore',
  'bridge>postgres',
  'bridge>nats',
  'bridge>fastTrack',
  'query>postgres',
  'query>eventStore',
  'gateway>command',
  'gateway>query',
  'sandbox>gateway',
] as const;

export type Link = (typeof LINKS)[number];

/** The processes whose connection it is. */
export function callersOf(link: Link): readonly Instance[] {
  return instancesOf(serviceOf(link.slice(0, link.indexOf('>')) as Instance));
}

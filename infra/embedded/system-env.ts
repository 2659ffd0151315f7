/** Ours, and those that a service reads as its own configuration. */
const CONFIGURATION =
  /^(CROUPIER_|FT_|HOST$|PORT$|LOG_LEVEL$|PUBLIC_URL$|(EVENTSTORE|NATS|POSTGRES|COMMAND|QUERY)_URL$)/;

/** The environment of this process without anything that configures Croupier: children are told that explicitly. */
export function systemEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !CONFIGURATION.test(name)));
}

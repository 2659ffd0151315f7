/** What the servers' containers are made of; the variables are those of infra/compose. */
export type Images = { readonly eventStore: string; readonly nats: string; readonly postgres: string };

export function imagesOf(env: { readonly [name: string]: string | undefined }): Images {
  return {
    eventStore: env.EVENTSTORE_IMAGE || 'docker.kurrent.io/kurrent-lts/kurrentdb:latest',
    nats: env.NATS_IMAGE || 'nats:2.12-alpine',
    postgres: env.POSTGRES_IMAGE || 'postgres:17',
  };
}

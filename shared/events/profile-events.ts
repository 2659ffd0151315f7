import { z } from 'zod';

// `profile-*`: personal data and nothing else. Never published; deleting the stream erases the person.

const details = {
  first_name: z.string(),
  last_name: z.string(),
  birth_date: z.string(),
  country: z.string(),
  phone: z.string(),
  address: z.string(),
};

export const profileEventSchemas = {
  ProfileCreated: z.object({
    email: z.string(),
    ...details,
    currency: z.string(),
    ip_address: z.string(),
    user_agent: z.string(),
  }),
  /** Only what changed. */
  ProfileChanged: z.object(details).partial(),
};

type Schemas = typeof profileEventSchemas;

export type ProfileEvent = {
  [T in keyof Schemas]: { readonly type: T; readonly data: z.infer<Schemas[T]> };
}[keyof Schemas];

export const PROFILE_SCHEMA_VERSION = 1;

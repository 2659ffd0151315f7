import { z } from 'zod';

// What both dialects say alike.

export const userId = z.string().min(1);

export const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'must be YYYY-MM-DDTHH:mm:ss.sssZ')
  .pipe(z.iso.datetime());

export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');

export const name = z.string().min(1);

/** Left out once the person was forgotten. */
export const ipAddress = z.union([z.ipv4(), z.ipv6()]).optional();

const userEvent = { user_id: userId, timestamp, origin: name };

export const registered = z.strictObject({ ...userEvent, ip_address: ipAddress });

export const loggedIn = z.strictObject({ ...userEvent, is_impersonated: z.boolean() });

/** Consents, blocks and details: Fast Track is told that they changed and asks the Operator API for the rest. */
export const changed = z.strictObject(userEvent);

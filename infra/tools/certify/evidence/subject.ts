import { z } from 'zod';

const url = z.url().transform((text) => text.replace(/\/$/, ''));
const key = z.string().min(1);

/** What of a platform's READY the certificate needs: where it is reached, in what words it speaks, and keys to play everybody else. */
export const subjectSchema = z.object({
  gateway: url,
  fastTrack: url,
  psp: url,
  profile: z.enum(['guide', 'native']),
  keys: z.object({
    operatorApiKey: key,
    backofficeApiKey: key,
    providerId: key,
    providerSecret: key,
    pspId: key,
    pspSecret: key,
  }),
});

export type Subject = z.infer<typeof subjectSchema>;

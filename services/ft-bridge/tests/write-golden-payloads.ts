import { mkdirSync, writeFileSync } from 'node:fs';
import { goldenPlayerEvents, PAYLOAD_FOLDER, PROFILES, payloadFile, payloadText } from './golden-payloads.js';

// `npx tsx services/ft-bridge/tests/write-golden-payloads.ts`: after an event was added or a mapping changed. What git
// then shows is what Fast Track will be told otherwise than before.

for (const profile of PROFILES) {
  mkdirSync(new URL(`${profile}/`, PAYLOAD_FOLDER), { recursive: true });
  for (const golden of goldenPlayerEvents()) writeFileSync(payloadFile(profile, golden), payloadText(profile, golden));
}

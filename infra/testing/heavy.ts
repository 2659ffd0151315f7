/** How often a heavy test does what it does: as often as it says under `npm run test:full`, a tenth of it otherwise. */
export function heavy(count: number, otherwise: number = Math.ceil(count / 10)): number {
  return process.env.CROUPIER_TEST_FULL === '1' ? count : otherwise;
}

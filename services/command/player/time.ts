/** A moment, ISO 8601 with milliseconds in UTC: such strings compare as times do. */
export type Moment = string;

/** The moment that is this much later (or earlier). The argument is data: no clock is read. */
export function addMilliseconds(moment: Moment, milliseconds: number): Moment {
  return new Date(Date.parse(moment) + milliseconds).toISOString();
}

// What Fast Track staging answers of a user: `GET /timeline/:user_id`.

export type MessageEntry = {
  readonly kind: 'message';
  readonly n: number;
  readonly received_at: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotency_key: string;
  readonly sequence: number;
};

export type CampaignEntry = {
  readonly kind: 'campaign';
  readonly at: string;
  readonly campaign: string;
  readonly result: string;
  readonly bonus_id: string;
  readonly amount: number | null;
  readonly status: number;
};

export type Entry = MessageEntry | CampaignEntry;
export type Timeline = { readonly user_id: string; readonly entries: readonly Entry[] };

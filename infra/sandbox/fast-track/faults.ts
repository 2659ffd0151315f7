import { z } from 'zod';
import { type Random, seededRandom } from '../random.js';

/** How staging is told to misbehave; design section 8. */
export const faultPlanSchema = z.strictObject({
  mode: z.enum(['none', 'status', 'delay', 'drop', 'reset']),
  /** Answered in mode `status`. Not a 2xx: the sender would take it for an acceptance. */
  status: z.int().min(300).max(599).default(500),
  /** Seconds, sent as `Retry-After` with that status. */
  retry_after: z.int().min(0).max(86_400).nullable().default(null),
  delay_ms: z.int().min(0).max(600_000).default(0),
  probability: z.number().min(0).max(1).default(1),
  /** Only this user's messages; null for everyone's. */
  user_id: z.string().min(1).nullable().default(null),
  /** So many messages, then none; null without end. */
  count: z.int().min(0).nullable().default(null),
});

export type FaultPlan = z.infer<typeof faultPlanSchema>;

export type Faults = {
  current(): FaultPlan;
  /** Replaces the plan before it. */
  replace(plan: FaultPlan): void;
  /** Decides what goes wrong with the message of this user; undefined when nothing does. */
  next(userId: string | undefined): FaultPlan | undefined;
};

export function createFaults(seed: number): Faults {
  const random: Random = seededRandom(seed);
  let plan = faultPlanSchema.parse({ mode: 'none' });
  return {
    current: () => plan,
    replace(next) {
      plan = next;
    },
    next(userId) {
      if (plan.mode === 'none' || plan.count === 0) return undefined;
      if (plan.user_id !== null && plan.user_id !== userId) return undefined;
      if (random() >= plan.probability) return undefined;
      const fault = plan;
      if (plan.count !== null) plan = { ...plan, count: plan.count - 1 };
      return fault;
    },
  };
}

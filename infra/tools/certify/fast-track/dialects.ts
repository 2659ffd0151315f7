import type { Dialect } from './fact.js';
import { guideMessagesOf } from './guide-dialect.js';
import { nativeMessagesOf } from './native-dialect.js';

export const DIALECTS: { readonly [profile in 'guide' | 'native']: Dialect } = {
  guide: guideMessagesOf,
  native: nativeMessagesOf,
};

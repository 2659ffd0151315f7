/** The calling codes of one and of two digits (ITU-T E.164); every other one has three. No code begins with another. */
const SHORT_CODES = new Set(
  [
    ['1', '7'],
    ['20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45', '46', '47', '48', '49'],
    ['51', '52', '53', '54', '55', '56', '57', '58', '60', '61', '62', '63', '64', '65', '66'],
    ['81', '82', '84', '86', '90', '91', '92', '93', '94', '95', '98'],
  ].flat(),
);
const LONG_CODE_DIGITS = 3;

export type Mobile = { readonly mobile: string; readonly mobile_prefix: string };

/** A phone number apart from its calling code. One that is not written as `+46…` has a code that only its owner knows. */
export function mobileOf(phone: string): Mobile {
  const number = phone.replace(/[\s().-]/g, '').replace(/^00/, '+');
  const digits = /^\+(\d{4,15})$/.exec(number)?.[1];
  if (digits === undefined) return { mobile: phone, mobile_prefix: '' };
  const length = [1, 2].find((candidate) => SHORT_CODES.has(digits.slice(0, candidate))) ?? LONG_CODE_DIGITS;
  return { mobile: digits.slice(length), mobile_prefix: `+${digits.slice(0, length)}` };
}

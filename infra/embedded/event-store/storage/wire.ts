/** The few protobuf pieces that are written by hand: stored events are kept as the bytes a read answers. */

export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Writes an unsigned integer below 2^53; returns the offset after it. */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 128) {
    target[at] = (rest % 128) | 0x80;
    at += 1;
    rest = Math.floor(rest / 128);
  }
  target[at] = rest;
  return at + 1;
}

/** Size of a length-delimited field whose number is below 16. */
export function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Writes tag and length of a length-delimited field; the caller writes the content. */
export function writeFieldHeader(target: Buffer, offset: number, field: number, length: number): number {
  target[offset] = (field << 3) | 2;
  return writeVarint(target, offset + 1, length);
}

export function writeText(target: Buffer, offset: number, field: number, text: string, length: number): number {
  const at = writeFieldHeader(target, offset, field, length);
  target.write(text, at, length, 'utf8');
  return at + length;
}

export function writeBytes(target: Buffer, offset: number, field: number, bytes: Uint8Array): number {
  const at = writeFieldHeader(target, offset, field, bytes.length);
  target.set(bytes, at);
  return at + bytes.length;
}

export function writeNumber(target: Buffer, offset: number, field: number, value: number): number {
  target[offset] = field << 3;
  return writeVarint(target, offset + 1, value);
}

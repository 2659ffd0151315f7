import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** An address, or a network such as `192.0.2.0/24`. */
export const networkField = z
  .string()
  .refine((text) => networkOf(text) !== undefined, 'must be an IP address or a CIDR');

type Network = { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' };

function networkOf(text: string): Network | undefined {
  const [address = '', prefixText] = text.split('/');
  const version = isIP(address);
  if (version === 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText))) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = Number(prefixText ?? bits);
  return prefix > bits ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

export type Networks = { has(address: string): boolean };

export function networks(list: readonly string[]): Networks {
  const blocks = new BlockList();
  for (const text of list) {
    const network = networkOf(text);
    if (network === undefined) throw new Error(`${text} is no network`);
    blocks.addSubnet(network.address, network.prefix, network.family);
  }
  return {
    has(address) {
      const version = isIP(address);
      return version !== 0 && blocks.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/**
 * Where a request comes from: the other end of the connection, or, where that is a proxy of ours, the last of
 * `X-Forwarded-For` that is none. What a stranger writes into that header counts for nothing.
 */
export function addressOf(request: IncomingMessage, proxies: Networks): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
  let address = plain(request.socket.remoteAddress ?? '');
  while (proxies.has(address)) {
    const before = plain(forwarded.pop()?.trim() ?? '');
    if (isIP(before) === 0) return address;
    address = before;
  }
  return address;
}

/** An IPv4 address on an IPv6 socket is the same address. */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

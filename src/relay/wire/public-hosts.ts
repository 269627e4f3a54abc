// Hosts that somebody else named (a relay hint, a relay list, a NIP-05 domain) may not be the user's own network: such an
// address is refused when it is written out, and when a name resolves to one, on the very lookup of the connection.
import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are not the public internet (IANA special-purpose registries). */
const PRIVATE = blockList(
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ],
  [
    ['::', 127], // unspecified and loopback
    ['64:ff9b:1::', 48], // NAT64 within a network
    ['100::', 64],
    ['2001::', 32], // Teredo
    ['2001:db8::', 32],
    ['3fff::', 20],
    ['5f00::', 16],
    ['fc00::', 7],
    ['fe80::', 9], // link-local and the old site-local
    ['ff00::', 8],
  ],
);

function blockList(v4: [string, number][], v6: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of v4) list.addSubnet(net, bits, 'ipv4');
  for (const [net, bits] of v6) list.addSubnet(net, bits, 'ipv6');
  return list;
}

/** IPv6 networks that carry an IPv4 address, and the word of eight in which it begins. */
const CARRIERS: [list: BlockList, word: number][] = [
  [blockList([], [['::', 96]]), 6], // IPv4-compatible
  [blockList([], [['::ffff:0:0', 96]]), 6], // IPv4-mapped
  [blockList([], [['::ffff:0:0:0', 96]]), 6], // IPv4-translated
  [blockList([], [['64:ff9b::', 96]]), 6], // NAT64
  [blockList([], [['2002::', 16]]), 1], // 6to4
];

/** Whether an IP address is no public one: loopback, private, link-local, reserved or multicast, also inside IPv6. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return PRIVATE.check(address, 'ipv4');
  if (family !== 6) return false;
  const bare = address.replace(/%.*$/, '');
  if (PRIVATE.check(bare, 'ipv6')) return true;
  return CARRIERS.some(([list, word]) => list.check(bare, 'ipv6') && isPrivateAddress(carried(bare, word)));
}

/** The IPv4 address in two words of an IPv6 address. */
function carried(address: string, word: number): string {
  const { hostname } = new URL(`http://[${address}]`); // canonical, with no dotted part
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const words = [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
  const [high, low] = [words[word], words[word + 1]].map(hex => Number.parseInt(hex, 16)) as [number, number];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Names that never are a public host. */
const LOCAL_NAME = /^localhost$|\.(localhost|local|internal|lan|home\.arpa|onion)$/;

/** Why the host of a URL is refused when others named it; undefined when nothing speaks against it yet. */
export function privateHost({ hostname }: URL): string | undefined {
  const host = hostname.toLowerCase().replace(/^\[|\]$|\.+$/g, '');
  const isPrivate = isIP(host) > 0 ? isPrivateAddress(host) : LOCAL_NAME.test(host) || !host.includes('.');
  return isPrivate ? refusal(host) : undefined;
}

function refusal(host: string): string {
  return `${host} is not a public address (--allow-private)`;
}

/** `dns.lookup` for a socket, which fails when the name has any address that is not public. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = addresses.find(({ address }) => isPrivateAddress(address));
    if (found) return callback(new Error(refusal(`${hostname} (${found.address})`)), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first!.address, first!.family);
  });
};

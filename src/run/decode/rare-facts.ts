// What is seldom decoded, and needs the curve or a cipher: secret keys, URIs of signers and wallets, invoices. A secret is
// told only where that is wished.
import { type Invoice, parseInvoice } from '../../protocol/bolt11.ts';
import type { ConnectionUri } from '../../protocol/connection-uri.ts';
import { bytesToHex, hexToBytes } from '../../protocol/hex.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { parseBunkerUri, parseClientUri } from '../../protocol/nip46.ts';
import { parseWalletUri } from '../../protocol/nip47.ts';
import { readEncryptedKeyHeader } from '../../protocol/nip49.ts';
import type { Facts } from './facts.ts';
import { isoTime } from './tag-facts.ts';

/** The public key of a secret key. Throws `InvalidKey`. */
export function secretKeyFacts(secretKey: Uint8Array, reveal: boolean): Facts {
  const pubkey = publicKeyOf(secretKey);
  return { type: 'nsec', npub: npubOf(pubkey), pubkey, ...(reveal && { secret_key: bytesToHex(secretKey) }) };
}

/** What an encrypted key says of itself without its passphrase. Throws `InvalidEncryptedKey`. */
export function encryptedKeyFacts(text: string): Facts {
  const { logN, security } = readEncryptedKeyHeader(text);
  return { type: 'ncryptsec', version: 2, log_n: logN, key_security: security };
}

/** Throws `InvalidConnectionUri`. */
export function uriFacts(text: string, reveal: boolean): Facts {
  const scheme = text.slice(0, text.indexOf(':')).toLowerCase();
  if (scheme === 'bunker') return connection(scheme, parseBunkerUri(text), reveal, {});
  if (scheme === 'nostrconnect') {
    const { permissions, name, url, image, ...uri } = parseClientUri(text);
    return connection(scheme, uri, reveal, { permissions, name, url, image });
  }
  const { lud16, ...uri } = parseWalletUri(text);
  return connection(scheme, uri, reveal, { lud16, client_pubkey: publicKeyOf(hexToBytes(uri.secret)) });
}

function connection(type: string, uri: ConnectionUri, reveal: boolean, more: object): Facts {
  const { pubkey, relays, secret } = uri;
  const has_secret = secret !== undefined;
  return { type, pubkey, npub: npubOf(pubkey), relays, ...more, has_secret, ...(reveal && { secret }) };
}

/** Throws `InvalidInvoice`. */
export function invoiceFacts(text: string): Facts {
  const invoice = parseInvoice(text);
  return {
    type: 'bolt11',
    network: invoice.network,
    amount_msat: invoice.amountMsat,
    description: invoice.description,
    description_hash: invoice.descriptionHash,
    payment_hash: invoice.paymentHash,
    payment_secret: invoice.paymentSecret,
    payee: invoice.payee,
    created_at: invoice.createdAt,
    date: isoTime(invoice.createdAt),
    expires_at: invoice.expiresAt,
    expires: isoTime(invoice.expiresAt),
    min_final_cltv_expiry: invoice.minFinalCltvExpiry,
    features: invoice.features,
    fallbacks: invoice.fallbacks,
    routes: invoice.routes.map(hopFacts),
    metadata: invoice.metadata,
  };
}

function hopFacts(hops: Invoice['routes'][number]): object[] {
  return hops.map(hop => ({
    pubkey: hop.pubkey,
    short_channel_id: hop.shortChannelId,
    fee_base_msat: hop.feeBaseMsat,
    fee_proportional_millionths: hop.feeProportionalMillionths,
    cltv_expiry_delta: hop.cltvExpiryDelta,
  }));
}

function npubOf(pubkey: string): string {
  return encodeEntity({ type: 'npub', pubkey });
}

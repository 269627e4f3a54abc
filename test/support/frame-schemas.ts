// The ten messages of the AsyncAPI definition of the relay protocol (api-evangelist/nostr, AsyncAPI 2.6.0) as
// draft-07 schemas, one for each message. Written from that definition, not from our parser.
import { Ajv, type ValidateFunction } from 'ajv';

const hex = (digits: number) => ({ type: 'string', pattern: `^[0-9a-f]{${digits}}$` });
const kind = { type: 'integer', minimum: 0, maximum: 65535 };
const strings = { type: 'array', items: { type: 'string' } };

const EVENT = {
  type: 'object',
  required: ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'],
  properties: {
    id: hex(64),
    pubkey: hex(64),
    created_at: { type: 'integer' },
    kind,
    tags: { type: 'array', items: strings },
    content: { type: 'string' },
    sig: hex(128),
  },
};

const FILTER = {
  type: 'object',
  properties: {
    ids: strings,
    authors: strings,
    kinds: { type: 'array', items: kind },
    since: { type: 'integer' },
    until: { type: 'integer' },
    limit: { type: 'integer', minimum: 0 },
  },
};

const text = { type: 'string' };
const subId = { type: 'string', minLength: 1, maxLength: 64 };

/** A tuple of exactly these items after the verb. */
function tuple(verb: string, ...items: object[]): object {
  const all = [{ const: verb }, ...items];
  return { type: 'array', items: all, minItems: all.length, maxItems: all.length };
}

export const CLIENT_MESSAGES: Readonly<Record<string, object>> = {
  ClientEventMessage: tuple('EVENT', EVENT),
  ClientReqMessage: {
    type: 'array',
    items: [{ const: 'REQ' }, subId, FILTER],
    minItems: 3,
    additionalItems: FILTER,
  },
  ClientCloseMessage: tuple('CLOSE', subId),
  ClientAuthMessage: tuple('AUTH', EVENT),
};

export const RELAY_MESSAGES: Readonly<Record<string, object>> = {
  RelayEventMessage: tuple('EVENT', text, EVENT),
  RelayOkMessage: tuple('OK', hex(64), { type: 'boolean' }, text),
  RelayEoseMessage: tuple('EOSE', text),
  RelayClosedMessage: tuple('CLOSED', text, text),
  RelayNoticeMessage: tuple('NOTICE', text),
  RelayAuthChallengeMessage: tuple('AUTH', text),
};

/** A function that names the message a frame is; undefined when it is none of them. */
export function classifier(
  messages: Readonly<Record<string, object>>,
): (frame: unknown) => string | undefined {
  const ajv = new Ajv({ strict: true, strictTuples: false });
  const checks = Object.entries(messages).map(([name, schema]): [string, ValidateFunction] => [
    name,
    ajv.compile(schema),
  ]);
  return frame => checks.find(([, fits]) => fits(frame))?.[0];
}

// The QR code of an invoice, read back from the lines at the terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import decodeQR from 'qr/decode.js';
import { qrCode } from '../../../../src/run/zaps/qr-code.ts';
import { makeInvoice, NEEDED } from '../../../support/invoices.ts';
import { T0 } from '../../../support/people.ts';

/** Pixels for each of its squares. */
const SCALE = 4;

/** The lines as a camera sees them: what is drawn is light. */
function photographed(lines: readonly string[]): { width: number; height: number; data: Uint8Array } {
  const [columns, rows] = [lines[0]!.length, lines.length * 2];
  const [width, height] = [columns * SCALE, rows * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / SCALE);
      const drawn = lines[row >> 1]![Math.floor(x / SCALE)];
      const isLight = drawn === '█' || drawn === (row % 2 === 0 ? '▀' : '▄');
      data.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  return { width, height, data };
}

test('holds the invoice, and is not shown where it has no room', () => {
  const invoice = makeInvoice('lnbc210n', T0, NEEDED);
  const lines = qrCode(invoice, 80)!;
  assert.equal(decodeQR(photographed(lines)), `LIGHTNING:${invoice.toUpperCase()}`);
  assert.ok(lines.every(line => line.length === lines[0]!.length && line.length <= 80));
  assert.equal(qrCode(invoice, lines[0]!.length - 1), undefined);
  assert.ok(qrCode('l'.repeat(4286), 999));
  assert.equal(qrCode('l'.repeat(4287), 999), undefined);
});

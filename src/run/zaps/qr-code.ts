// An invoice as a QR code for a wallet's camera, at a terminal: two rows of it in each line. Light parts are drawn, so that
// it is right on a dark background; most cameras take it either way.
import encodeQR from 'qr';

/** Letters that the largest code holds. */
const MOST_LETTERS = 4296;

/** The lines of the code; undefined where it is wider than the terminal, or there is none so large. */
export function qrCode(invoice: string, columns: number): string[] | undefined {
  // In upper case it has the smaller alphabet, and two thirds of the size.
  const text = `LIGHTNING:${invoice.toUpperCase()}`;
  if (text.length > MOST_LETTERS) return undefined;
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: 2 });
  const [first] = rows;
  if (!first || first.length > columns) return undefined;
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += 2)
    lines.push(first.map((_, column) => block(!rows[at]![column], !rows[at + 1]?.[column])).join(''));
  return lines;
}

function block(isUpperLight: boolean, isLowerLight: boolean): string {
  if (isUpperLight) return isLowerLight ? '█' : '▀';
  return isLowerLight ? '▄' : ' ';
}

// The ways a case can end before its last line.

/** The relay does not behave as the case says. */
export class Wrong extends Error {
  override name = 'Wrong';
}

/** The case cannot be tried here: the relay's policy forbids it, or it does not offer this. */
export class Skip extends Error {
  override name = 'Skip';
}

/** The relay refused something that the case needs: an event, a REQ. The message holds its words. */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** No answer came: silence, a NOTICE instead, or the connection was lost. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** The text of the NOTICE, if there was one. */
  readonly notice: string | undefined;

  constructor(message: string, notice?: string) {
    super(message);
    this.notice = notice;
  }
}

/** The message of a case that found no connection begins so. */
export const NO_CONNECTION = 'the relay lets no more connections in';

// `nost help faults`: what `serve --fault` takes, and what a client then gets.

export const FAULTS = `Faults: a relay that misbehaves

  nost serve --fault eose-delay=5s
  nost serve --fault bad-sig=0.1@kind=1 --fault dup=0.1 --fault-seed 7
  nost serve --fault drop-after=100@1 --seed events.jsonl
  nost serve --fault no-eose --fault 'notice=ERROR: too many requests'
  nost serve --control faults.fifo

How a fault is written: NAME, NAME=VALUE, NAME=VALUE@SCOPE
  --fault may be given several times. All of them work together; of several
  with one name the last that applies counts. A duration is written 500ms, 5s
  or 2m (at most 1h; a bare number is seconds), a chance 0.01, up to 1 (1 when
  it is left out).

Answers to REQ and COUNT
  eose-delay=5s       EOSE, and the live events behind it, come so much later
  no-eose             EOSE never comes; live events do
  closed=restricted   CLOSED instead of events, or of a count. A prefix alone
                      gets a text; any other text is sent as it is. With
                      auth-required a challenge comes before it.
  cut=128             at most 128 stored events for a filter; nothing says so
  ignore-limit        the limit of a filter is ignored
  reorder             stored events come in another order

Answers to EVENT
  ok-delay=5s         OK comes so much later
  ok-never            OK never comes; the event is stored
  reject=blocked      OK false, and the event is not stored. The text is as in
                      closed=: reject='pow: 28 bits needed'

Events
  bad-sig=0.01        chance that the signature is altered
  dup=0.1             chance that an event is sent twice

The connection
  slow=10/s           at most so many frames, also 30/m and 5/h; the others wait
  drop-after=100      after 100 events the connection ends without a goodbye
  rst=100             the same by a TCP reset
  half-frame=100      after 100 events half of the next answer, and then the end
                      drop-after=0, rst and half-frame without a number:
                      in place of the first answer
  garbage=0.1         chance that something which is no message comes before an
                      answer; garbage='["EOSE"]' sends this text each time
  notice=TEXT         a NOTICE before each OK and the answer to each REQ and
                      COUNT. With no-eose and ok-never it is the only answer.

Scopes: all that are given must hold
  @2                  the first 2 connections, counted from the start or from
                      when the fault was set
  @kind=1,article     events of these kinds, and requests for them. A filter
                      without kinds asks for all.
  @author=npub1...    the same by author; several with commas
  An @ within a text is written \\@.
  What counts events (drop-after=100@kind=1) counts those within its scope.

The same again: --fault-seed N
  Chances are drawn from the seed (0 without one), the number of the connection
  and the number of the REQ on it. The same seed and the same dialogue give the
  same bytes. With --fault-seed the challenges of NIP-42 come from it too, so
  that anybody can foresee them.

While it runs: --control FIFO
  mkfifo faults.fifo; nost serve --control faults.fifo &
  echo 'set eose-delay=1s' > faults.fifo
  Each line is one of these. What it did is told on stderr.
    set FAULT         adds a fault, or replaces that of the same name and scope
    clear NAME        removes the faults of a name
    clear             removes all; what they held back is sent
    list              tells which there are
  A bad line is told, and changes nothing. Lines that begin with # are comments.
  With --admin the method changefault of NIP-86 takes the same lines.

-v shows each fault as it happens. A relay without --fault, --fault-seed and
--control does none of this. When the relay ends, what was held back is sent
at once.
`;

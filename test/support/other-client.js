// A thread with one client that asks an honest question again and again while others hurt the relay. How long it waits is
// counted in processor time of the relay's main thread, so that a busy machine does not count.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';

const { url, pid } = workerData;

/** Nanoseconds that the main thread has run. */
const processorTime = () => Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]);

let worst = 0;
let answers = 0;
let began = 0;
let isOver = false;

const socket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false });
const note = () => {
  worst = Math.max(worst, (processorTime() - began) / 1e6);
};
const ask = () => {
  began = processorTime();
  socket.send(JSON.stringify(['REQ', 'q', { limit: 1 }]));
};
const end = () => {
  parentPort.postMessage({ worst, answers });
  socket.terminate();
};

socket.on('open', ask);
socket.on('message', data => {
  if (!data.toString().startsWith('["EOSE"')) return;
  note();
  answers++;
  if (answers === 1) parentPort.postMessage('ready');
  if (isOver) end();
  else setTimeout(ask, 1);
});
socket.on('close', () => {
  if (!isOver) throw new Error('the other client was dropped');
});
parentPort.on('message', () => {
  isOver = true;
  setTimeout(() => {
    note(); // a question without an answer counts, too
    end();
  }, 30_000).unref();
});

/** What codes mean, in plain words. */

const FAILURES = {
  provider_unavailable: 'The model’s provider could not be reached.',
  provider_rejected: 'The model’s provider refused this request.',
  provider_auth: 'The model’s provider did not accept our key.',
  provider_rate_limited: 'The model’s provider asks for fewer requests.',
  provider_timeout: 'The model took too long.',
  provider_truncated: 'The model’s answer broke off.',
  content_filtered: 'The model’s provider blocked this content.',
  context_too_long: 'The conversation is too long for this model.',
  output_limit: 'The answer grew beyond the limit.',
  deadline_exceeded: 'The answer was not ready in time.',
  attempts_exhausted: 'Several attempts at an answer failed.',
  interrupted: 'The answer was interrupted.',
  internal: 'Something went wrong on our side.',
};

const PROBLEMS = {
  unauthorized: 'The gateway asks for a key.',
  not_found: 'This conversation is not there any more.',
  forbidden: 'The gateway refuses this page. Open it by this machine’s own address.',
  idempotency_mismatch: 'This message was already sent in another form.',
  too_many_turns: 'Too many answers are running. Try again in a moment.',
  queue_full: 'Too many messages are waiting. Try again in a moment.',
  store_unavailable: 'The server cannot take messages just now. Try again in a moment.',
  draining: 'The server is restarting. Try again in a moment.',
  internal: 'Something went wrong on the server.',
};

const FINISHES = {
  length: 'cut at the length limit',
  content_filter: 'cut by the provider’s filter',
  tool_calls: 'wants a tool',
};

export const failure = (code) => FAILURES[code] ?? FAILURES.internal;

/** Says what a refused or unanswered request means. */
export function problem(refusal) {
  if (refusal.status === 0) {
    return 'The server does not answer.';
  }
  return PROBLEMS[refusal.code] ?? refusal.message;
}

/** One line about an ended turn: `demo · 120 tokens · 4.9 s · 25 tokens/s`. */
export function summary({ model, usage, timings, finishReason }) {
  const seconds = timings?.totalMillis === undefined ? null : timings.totalMillis / 1000;
  const writing = (timings?.totalMillis - timings?.firstChunkMillis) / 1000;
  const perSecond = usage?.outputTokens / writing;
  return [
    model,
    usage?.outputTokens === undefined ? null : `${usage.outputTokens} tokens`,
    seconds === null ? null : `${seconds.toFixed(1)} s`,
    writing >= 0.2 && perSecond > 0 ? rate(perSecond) : null,
    FINISHES[finishReason],
  ]
    .filter(Boolean)
    .join(' · ');
}

export const rate = (perSecond) =>
  `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} tokens/s`;

/** A request that failed, or a turn that did. */
export class RelayError extends Error {
  override readonly name = 'RelayError';

  /**
   * @param code the gateway's (docs/errors.md) or the turn's failure code; `no_answer` if nothing
   *     answered, `unexpected_answer` if something else than the gateway did
   * @param status of HTTP; 0 if nothing answered, and for a turn that failed
   * @param retryAfter milliseconds the gateway asked to wait; 0 if it didn't
   * @param requestId what the operator finds the request by
   * @param body the problem, whole: `turnId` and `streamUrl` of a busy session, for example
   */
  constructor(
    message: string,
    readonly code: string,
    readonly status = 0,
    readonly retryAfter = 0,
    readonly requestId?: string,
    readonly body: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Whether the same request may well succeed later. */
  get retryable(): boolean {
    const { status, body } = this;
    return status ? status === 408 || status === 429 || status >= 500 : body.retryable !== false;
  }

  static async of(response: Response): Promise<RelayError> {
    const { status, headers } = response;
    const body = await response.json().catch(() => null) ?? {};
    return new RelayError(
      body.detail ?? body.title ?? `status ${status}`,
      body.code ?? (status < 400 ? 'unexpected_answer' : 'unknown'),
      status,
      millis(headers.get('retry-after')),
      headers.get('x-request-id') ?? body.requestId,
      body,
    );
  }
}

/** Of Retry-After: seconds, or a date. */
function millis(header: string | null): number {
  const wait = Number(header) * 1000;
  return Math.max(0, (Number.isNaN(wait) ? Date.parse(header!) - Date.now() : wait) || 0);
}

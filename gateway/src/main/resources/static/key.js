/**
 * The API key that requests carry. Kept while this tab lives, and only in it; in dev mode there is
 * none.
 */
const NAME = 'stream-relay.key';

let key = stored();

function stored() {
  try {
    return sessionStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

export function useKey(value) {
  key = value;
  try {
    sessionStorage.setItem(NAME, value);
  } catch {
    // forbidden here: then it lasts as long as the page
  }
}

/** Says 'needed' whenever the gateway asks who this is. */
export const keyDoor = new EventTarget();

export const authorization = () => (key === '' ? {} : { Authorization: `Bearer ${key}` });

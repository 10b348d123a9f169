// Shows the component of the module that is named in a document without a browser, and tells what it shows for a story.
import { Window } from 'happy-dom';
import { until } from './chats.mjs';

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
globalThis.navigator ??= window.navigator; // node has one from 21 on

const { createElement } = await import('react');
const { createRoot } = await import('react-dom/client');
const { Chat } = await import(process.argv[2]);

const place = document.body.appendChild(document.createElement('main'));
createRoot(place).render(createElement(Chat, { id: `shown-${Date.now()}` }));
const one = (selector) => place.querySelector(selector);
await until(() => one('input'));

const { set } = Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, 'value');
set.call(one('input'), 'Tell me a story');
one('input').dispatchEvent(new window.Event('input', { bubbles: true }));
await until(() => one('input').value === 'Tell me a story');
one('form').requestSubmit();

const goOn = () => Array.from(place.querySelectorAll('button')).find(({ textContent }) => textContent === 'Go on');
const answer = () => one('p:last-of-type')?.textContent ?? '';
let goneOn = 0;
let wasThere = false;
await until(() => {
  const button = goOn();
  if (button && !wasThere) {
    goneOn++;
    button.click();
  }
  wasThere = Boolean(button);
  return answer().length >= Number(process.argv[3]);
});
console.log(answer());
process.exit(goneOn > 0 ? 0 : 1);

// @vitest-environment happy-dom
/** Files that somebody drags over the page and lets go. */
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { useFileDrop } from '../../src/fileDrop.js';

afterEach(cleanup);

function drag(type: string, files?: File[]): Event {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = { types: files ? ['Files'] : ['text/plain'], files: files ?? [], dropEffect: 'none' };
  Object.assign(event, { dataTransfer, relatedTarget: null });
  act(() => void document.body.dispatchEvent(event));
  return event;
}

const photo = new File(['x'], 'photo.png');

it('takes files that are dropped anywhere, and says while they are held above the page', () => {
  const taken: string[] = [];
  const { result } = renderHook(() => useFileDrop((files) => taken.push(...[...files].map(({ name }) => name))));
  expect(drag('dragover', [photo]).defaultPrevented).toBe(true);
  expect(result.current).toBe(true);
  drag('dragleave', [photo]);
  expect(result.current).toBe(false);
  drag('dragover', [photo]);
  drag('drop', [photo]);
  expect(result.current).toBe(false);
  expect(taken).toEqual(['photo.png']);
});

it('leaves text that is dragged to the browser', () => {
  const { result } = renderHook(() => useFileDrop(() => expect.fail('no file was dropped')));
  expect(drag('dragover').defaultPrevented).toBe(false);
  expect(drag('drop').defaultPrevented).toBe(false);
  expect(result.current).toBe(false);
});

it('keeps the page where files are not taken', () => {
  const { result } = renderHook(() => useFileDrop(() => expect.fail('files are not taken'), false));
  drag('dragover', [photo]);
  expect(result.current).toBe(false);
  expect(drag('drop', [photo]).defaultPrevented).toBe(true);
});

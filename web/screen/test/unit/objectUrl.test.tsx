// @vitest-environment happy-dom

import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useObjectUrl } from '../../src/objectUrl.js';

/** Addresses as a browser gives them out: a file is kept while it has one. */
class Urls {
  readonly kept = new Set<string>();
  private made = 0;

  createObjectURL = (): string => {
    this.made += 1;
    const address = `blob:${this.made}`;
    this.kept.add(address);
    return address;
  };

  revokeObjectURL = (address: string): void => {
    this.kept.delete(address);
  };
}

function Picture({ file, urls }: { file: Blob | undefined; urls: Urls }) {
  return <p>{useObjectUrl(file, urls) ?? 'nothing'}</p>;
}

describe('the address of a file', () => {
  afterEach(cleanup);

  it('is there while the file is on the screen, and no longer', () => {
    const [urls, file] = [new Urls(), new Blob(['one'])];
    const { unmount } = render(<Picture file={file} urls={urls} />);
    expect(screen.getByText('blob:1')).toBeTruthy();
    expect([...urls.kept]).toEqual(['blob:1']);
    unmount();
    expect(urls.kept.size).toBe(0);
  });

  it('gives way to the address of another file', () => {
    const urls = new Urls();
    const { rerender } = render(<Picture file={new Blob(['one'])} urls={urls} />);
    rerender(<Picture file={new Blob(['two'])} urls={urls} />);
    expect(screen.getByText('blob:2')).toBeTruthy();
    expect([...urls.kept]).toEqual(['blob:2']);
  });

  it('is missing while there is no file', () => {
    render(<Picture file={undefined} urls={new Urls()} />);
    expect(screen.getByText('nothing')).toBeTruthy();
  });
});

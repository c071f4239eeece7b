import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CALLABLES } from '../../src/callableForms.js';
import type { Calls } from '../../src/calls.js';
import { isWellFormed, uncarried } from '../../src/carried.js';
import { type Argument, BY_CALLABLE, wrongIn } from '../../src/checking.js';
import type { ParleyError } from '../../src/errors.js';
import type { Form } from '../../src/forms.js';
import { directChatId, kindOf, serviceMember } from '../../src/index.js';
import { map } from '../../src/maps.js';
import { call, calls, connection } from './nowhere.js';

// Made here, and handed to the library's own check and to nothing else: the SDK would never get past it.
const HALF = String.fromCharCode(0xd83d);
const WHOLE = HALF + String.fromCharCode(0xde00);

/** Values with half a pair in one place, and what that place is called. */
function ill(form: Form, name: string, inside: string): [value: unknown, field: string][] {
  return [
    [HALF, name],
    ...Object.entries(form.fields ?? {}).flatMap(([field, each]) =>
      ill(each, `${inside}${field}`, `${inside}${field}.`).map(([value, at]): [unknown, string] => [
        { [field]: value },
        at,
      ]),
    ),
    ...(form.entries
      ? ill(form.entries, `${inside}0`, `${inside}0.`).map(([value, at]): [unknown, string] => [
          [value],
          form.entries?.fields ? at : name,
        ])
      : []),
  ];
}

function refusedBy(error: ParleyError | undefined, field: string, what: string): void {
  assert.equal(error?.reason, 'invalidArgument', what);
  assert.ok(
    error.fields.some((each) => each.field === field),
    `${what}: ${error.fields.map((each) => each.field)} without ${field}`,
  );
  assert.ok([error.message, ...error.fields.flatMap((each) => [each.field, each.value ?? ''])].every(isWellFormed));
}

type Row = { act: string; asked: Argument[] } | typeof BY_CALLABLE;

for (const [owner, [, forms]] of Object.entries(calls)) {
  for (const [name, row] of Object.entries(forms as Record<string, Row>)) {
    const path = `${owner}.${name}`;
    test(`${path} takes half a surrogate pair nowhere, and reaches nothing`, async () => {
      const arity = row === BY_CALLABLE ? 3 : row.asked.length;
      await assert.rejects(call(path, ...Array(arity).fill(HALF)), { name: 'ParleyError', reason: 'invalidArgument' });
      if (row === BY_CALLABLE) return;
      row.asked.forEach(({ name: argument, form }, index) => {
        for (const [value, field] of ill(form, argument, form.fields ? '' : `${argument}.`)) {
          const given = row.asked.map((_, n) => (n === index ? value : undefined));
          refusedBy(wrongIn(row.act, row.asked, given), field, `${path}: ${field}`);
        }
      });
    });
  }
}

for (const [name, form] of Object.entries(CALLABLES)) {
  test(`${name} is not asked with half a surrogate pair in any field`, async () => {
    for (const [value, field] of ill(form, 'asked', '')) {
      await assert.rejects(connection.call(name as keyof Calls, value as never), (error: ParleyError) => {
        refusedBy(error, field, `${name}: ${field}`);
        return true;
      });
    }
  });
}

test('a map takes it neither as a value, however deep, nor in a name', () => {
  const wrong: [value: unknown, field: string][] = [
    [{ nick: HALF }, 'attributes.nick'],
    [{ pets: ['cat', HALF] }, 'attributes.pets.1'],
    [{ pets: [{ name: { first: HALF } }] }, 'attributes.pets.0.name.first'],
    [{ [HALF]: 1 }, 'attributes.\\ud83d'],
    [{ pets: { [`a${HALF}`]: 1 } }, 'attributes.pets.a\\ud83d'],
  ];
  for (const [value, field] of wrong) {
    assert.deepEqual(
      map(value, { name: 'attributes', inside: 'attributes.' }).map((each) => each.field),
      [field],
    );
  }
  assert.deepEqual(map({ [WHOLE]: [WHOLE, { a: WHOLE }] }, { name: 'attributes', inside: 'attributes.' }), []);
});

test('an unknown field is named, though its name is no text', async () => {
  await assert.rejects(call('chat.posting.send', { body: 'x', [HALF]: 1 }), (error: ParleyError) => {
    refusedBy(error, '\\ud83d', 'send');
    return true;
  });
});

test('what no form has seen is kept from the SDK as well', () => {
  assert.equal(uncarried({ a: [{ [WHOLE]: WHOLE }], at: new Date(), no: null })?.at, undefined);
  assert.equal(uncarried(`chats/${HALF}`)?.at, '');
  assert.equal(uncarried({ devices: { phone: { token: HALF } } })?.at, 'devices.phone.token');
  assert.equal(uncarried({ muted: { [HALF]: true } })?.at, 'muted');
  assert.equal(uncarried({ body: 'x'.repeat(1_048_577) })?.message, 'too many bytes for a document');
});

test('no id is made with it', () => {
  for (const make of [() => directChatId('ann', HALF), () => serviceMember(HALF)]) {
    assert.throws(make, { reason: 'invalidArgument' });
  }
  assert.equal(kindOf('ann:bob'), 'direct');
});

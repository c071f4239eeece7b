#!/usr/bin/env bash
# firebase 12.19.0 (npm) beside google-cloud-firestore 2.34.1 (PyPI)
#
# Firestore has whole numbers of 64 bits. A customer card has 19 digits, and Python writes its number
# as it is. The SDK for browsers reads it as another number, without an error, although the protocol
# carries it as a text. Who changes another field and sets the document writes the number back
# rounded, and as a double. A query for the number as it was read asks for a double too, which equals
# no stored number. `Timestamp`, beside it, is read and written in full.
#
# Seen, for card 6304123456789012345, written by Python:
#   read in a browser       6304123456789012480
#   written back            {"doubleValue":6304123456789012000}
#   asked for by a query    {"doubleValue":6304123456789012000}
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-cloud-firestore==2.34.1
echo '{ "private": true, "type": "module", "dependencies": { "firebase": "12.19.0" } }' > package.json
npm install --silent --no-audit --no-fund
cat > write.py <<'PYTHON'
from google.cloud.firestore_v1._helpers import encode_dict
from google.cloud.firestore_v1.types import Document

document = Document(fields=encode_dict({"card": 6304123456789012345, "city": "Ulm"}))
print(Document.to_json(document))
PYTHON
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import { initializeApp } from 'firebase/app';
import {
  collection, connectFirestoreEmulator, doc, getDoc, getDocs, getFirestore, query, setDoc, where,
} from 'firebase/firestore/lite';

const { fields } = JSON.parse(process.argv[2]);
const name = 'projects/demo/databases/(default)/documents/people/ann';
const time = '2026-11-01T09:00:00Z';
const asked = {};
const answers = {
  batchGet: [{ found: { name, fields, createTime: time, updateTime: time }, readTime: time }],
  commit: { writeResults: [{ updateTime: time }], commitTime: time },
  runQuery: [{ readTime: time }],
};
const server = createServer(async (request, response) => {
  const method = request.url.split(':').at(-1);
  asked[method] = JSON.parse((await request.toArray()).join(''));
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(answers[method]));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const store = getFirestore(initializeApp({ projectId: 'demo' }));
connectFirestoreEmulator(store, '127.0.0.1', server.address().port);

const ann = doc(store, 'people', 'ann');
const read = (await getDoc(ann)).data();
await setDoc(ann, { ...read, city: 'Bonn' });
await getDocs(query(collection(store, 'people'), where('card', '==', read.card)));
const written = asked.commit.writes[0].update.fields.card;
const sought = asked.runQuery.structuredQuery.where.fieldFilter.value;
console.log('by Python', JSON.stringify(fields.card), 'read', BigInt(read.card));
console.log('written back', JSON.stringify(written), 'sought', JSON.stringify(sought));
assert.deepEqual(fields.card, { integerValue: '6304123456789012345' }, 'changed');
assert.equal(BigInt(read.card), 6304123456789012480n, 'changed');
assert.deepEqual([written, sought], Array(2).fill({ doubleValue: 6304123456789012000 }), 'changed');
process.exit(0);
JS
node look.js "$(venv/bin/python write.py)"

// Camunda's document store, as its connectors use it: they keep bytes there, and processes have references to them.
import { createHash, randomUUID } from 'node:crypto';

export class DocumentStore {
  #bytes = new Map();

  /** Keeps a document. A connector that stores a reply does not tell a file name. */
  create(bytes, { contentType, fileName }) {
    const documentId = randomUUID();
    this.#bytes.set(documentId, bytes);
    return {
      'camunda.document.type': 'camunda', storeId: 'in-memory', documentId, contentHash: createHash('sha256').update(bytes).digest('hex'),
      metadata: { contentType, size: bytes.length, ...fileName && { fileName } },
    };
  }

  read({ documentId }) {
    return this.#bytes.get(documentId);
  }
}

const isDocument = value => value?.['camunda.document.type'] === 'camunda';

/**
 * A body of multipart/form-data as Apache's client, which Camunda's connector uses, makes it of a context: documents and lists
 * of them are files, what is null is left out, and all else is text in ISO-8859-1.
 * @returns The bytes, and their type.
 */
export function multipart(context, documents) {
  const boundary = randomUUID();
  const parts = Object.entries(context).flatMap(([name, value]) => [value].flat().filter(one => one !== null && one !== undefined).map(one => [name, one]));
  const bytes = parts.flatMap(([name, value]) => isDocument(value)
    ? [
      head(name, value.metadata.contentType ?? 'application/octet-stream', 'binary', value.metadata.fileName),
      documents.read(value), Buffer.from('\r\n'),
    ]
    : [head(name, 'text/plain; charset=ISO-8859-1', '8bit'), latin1(`${value}\r\n`)]);
  return { body: Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)]), type: `multipart/form-data; boundary=${boundary}` };

  function head(name, type, encoding, fileName) {
    const file = fileName ? `; filename="${fileName}"` : '';
    return Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`);
  }
}

// What ISO-8859-1 does not have is a question mark.
const latin1 = text => Buffer.from(text.replace(/[^\u0000-\u00ff]/gu, '?'), 'latin1');

// Reads or writes one of Lupa's topics as a program in another language would: by the brokers' and the registry's contract alone.
//
//   node interop.mjs <brokers> <registry-url> consume <topic> <n>
//     prints the first n records, each as one line {"key":…,"value":…}
//   node interop.mjs <brokers> <registry-url> produce <topic> <avsc-file> <json> [<key>]
//     writes one record and prints {"id":…}, the id of the schema it is written in
//
// Exit code: 0 when done, 1 when it failed or 60 seconds passed, 2 when called wrongly.

import { readFile } from 'node:fs/promises'
import confluent from '@kafkajs/confluent-schema-registry'
import kafkajs from 'kafkajs'
import lz4 from 'lz4js'

const { COMPATIBILITY, SchemaRegistry, SchemaType } = confluent
const TIME_LIMIT_MS = 60_000

// Lupa's batches are lz4, which kafkajs leaves to whoever needs it.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
})

const [brokers, registryUrl, mode, topic, ...rest] = process.argv.slice(2)
const modes = { consume, produce }
if (!topic || !modes[mode] || rest.length < { consume: 1, produce: 2 }[mode]) {
  console.error('usage: interop.mjs <brokers> <registry-url> consume <topic> <n> | produce <topic> <avsc-file> <json> [<key>]')
  process.exit(2)
}

const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR })
const registry = new SchemaRegistry({ host: registryUrl })

setTimeout(() => fail(new Error(`not done after ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS).unref()
try {
  await modes[mode](...rest)
  process.exit(0)
} catch (error) {
  fail(error)
}

async function consume(count) {
  // A group of its own, so that every run begins at the beginning.
  const consumer = kafka.consumer({ groupId: `interop-${process.pid}-${Date.now()}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let left = Number(count)
  await new Promise((done, failed) => {
    // It restarts by itself while, for one, a young broker still loads its coordinator.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || failed(payload.error))
    consumer.run({
      eachMessage: async ({ message }) => {
        if (left > 0) {
          const value = message.value && (await registry.decode(message.value))
          console.log(JSON.stringify({ key: message.key?.toString(), value }))
        }
        if (--left === 0) done()
      },
    })
  })
  await consumer.disconnect()
}

async function produce(schemaFile, json, key) {
  // Without the file's spaces it is the text Lupa registers; some registries compare texts, and would make it a new version.
  const schema = JSON.stringify(JSON.parse(await readFile(schemaFile, 'utf8')))
  const { id } = await registry.register(
    { type: SchemaType.AVRO, schema },
    // Named, since this client would otherwise insist on BACKWARD.
    { subject: `${topic}-value`, compatibility: COMPATIBILITY.FULL_TRANSITIVE },
  )
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: [{ key, value: await registry.encode(id, JSON.parse(json)) }] })
  await producer.disconnect()
  console.log(JSON.stringify({ id }))
}

function fail(error) {
  console.error(error.message)
  process.exit(1)
}

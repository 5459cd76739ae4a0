import * as z from 'zod'
import { type AnyOperation, catalogue } from '../administration/catalogue.ts'
import { rights } from '../administration/rights.ts'
import { apiPagePath, apiPath } from './api.ts'
import { problemTypes } from './problem-details.ts'

type Schema = z.core.JSONSchema.BaseSchema

/** The HTTP API as an OpenAPI 3.1 document: made of the same catalogue that answers. */
export function openapiDocument(origin: string): object {
  const schemas: Record<string, Schema> = { Problem: problemSchema(origin + apiPagePath) }
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of catalogue)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation, schemas),
    }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Administration of Portcullis',
      version: '1',
      summary: 'What administrators do, for programs. All of it is in the audit log.',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: origin + apiPath }],
    security: [{ token: [] }],
    tags: [...new Set(catalogue.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'It was not done.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An administration token (`portcullis tokens create`).' },
      },
    },
  }
}

/** The fields of an operation by where they stand in a request. */
export function fieldsOf({ input, path, method }: AnyOperation): {
  name: string
  place: 'path' | 'query' | 'body'
  isRequired: boolean
  schema: Schema
}[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    place: path.includes(`{${name}}`) ? 'path' : method === 'POST' || method === 'PUT' ? 'body' : 'query',
    isRequired: required.includes(name),
    schema: typeof schema === 'boolean' ? {} : schema,
  }))
}

function describe(operation: AnyOperation, schemas: Record<string, Schema>): object {
  const { name, summary, right, status = 200, isStream } = operation
  const fields = fieldsOf(operation)
  const inBody = fields.filter(({ place }) => place === 'body')
  const isBodyRequired = inBody.some(({ isRequired }) => isRequired)
  const output = hoisted(z.toJSONSchema(operation.output, { io: 'output', unrepresentable: 'any' }), schemas)
  return {
    operationId: name,
    tags: [tagOf(operation)],
    summary,
    description: `For the roles ${rights[right].join(', ')} (\`${right}\`).`,
    parameters: fields
      .filter(({ place }) => place !== 'body')
      .map(({ name: parameter, place, isRequired, schema: { description, ...schema } }) => ({
        ...{ name: parameter, in: place, required: isRequired, schema },
        ...(description !== undefined && { description }),
      })),
    ...(inBody.length > 0 && {
      requestBody: {
        required: isBodyRequired,
        content: { 'application/json': { schema: bodySchema(inBody) } },
      },
    }),
    responses: {
      [status]: {
        description: isStream ? 'One JSON object on each line.' : 'Done.',
        content: isStream ? { 'application/x-ndjson': { schema: output } } : { 'application/json': { schema: output } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function bodySchema(fields: ReturnType<typeof fieldsOf>): Schema {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

/** What is named in a schema stands with the components, for all who use it. */
function hoisted({ $schema: _, $defs = {}, ...schema }: Schema, schemas: Record<string, Schema>): Schema {
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= withRefs(definition)
  return withRefs(schema)
}

function withRefs(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value) =>
    key === 'id' && typeof value === 'string' && schema.id === value ? undefined : value,
  )
}

function problemSchema(page: string): Schema {
  return {
    type: 'object',
    description: 'What went wrong (RFC 9457).',
    properties: {
      type: { type: 'string', enum: Object.keys(problemTypes).map((type) => `${page}#${type}`) },
      title: { type: 'string' },
      status: { type: 'integer', enum: [...new Set(Object.values(problemTypes).map(({ status }) => status))] },
      detail: { type: 'string' },
      instance: { type: 'string', description: 'Has the id of the request, under which the log has it.' },
      nextStep: { type: 'string' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: { field: { type: 'string' }, message: { type: 'string' } },
          required: ['field', 'message'],
        },
      },
    },
    required: ['type', 'title', 'status', 'detail'],
  }
}

/** The first part of its name: what it is about. */
function tagOf({ name }: Pick<AnyOperation, 'name'>): string {
  return name.split('.')[0] ?? name
}

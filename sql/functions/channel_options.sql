-- The types of channels, and the options of each: the one registry by which notifications are judged. A type without
-- options of its own still has those that all have. kind: `url`, `text`, `integer`, `boolean`, `choice:a|b|c`, `secret`
-- (sealed to the relay's key: {"sealed": "…"}), `secrets` (one of them, or an array).
-- Returns one row for each option of each type; an option without a default may be left out unless it is required.
create or replace function integratedb.channel_options()
returns table (type text, option text, kind text, required boolean, default_value text, description text)
language sql immutable
as $$
  select t.type, o.option, o.kind, o.required, o.default_value, o.description
  from (values ('webhook'), ('socket'), ('redis'), ('nats'), ('rabbitmq'), ('kafka'), ('sqs'), ('sns')) t(type)
  cross join lateral (
    select 'give_up_after_seconds' as option, 'integer' as kind, false as required, '86400' as default_value,
      'How long an event is tried, in seconds, before it goes to the dead letters.' as description
    union all
    select x.option, x.kind, x.required, x.default_value, x.description
    from (values
      ('webhook', 'url', 'url', true, null, 'Where events are sent by POST; http or https.'),
      ('webhook', 'mode', 'choice:structured|binary|batch', false, 'structured', 'How CloudEvents are written: one in the body, one in headers and body, or an array in the body.'),
      ('webhook', 'batch_size', 'integer', false, '200', 'Events in one request, at most, with mode batch.'),
      ('webhook', 'concurrency', 'integer', false, '4', 'Requests under way at once; events of one key never are.'),
      ('webhook', 'timeout_seconds', 'integer', false, '10', 'How long the receiver may take to answer, in seconds.'),
      ('webhook', 'signing_secret', 'secrets', false, null, 'Secrets of Standard Webhooks (whsec_…); with several, each signs, so that keys can be rotated.'),
      ('webhook', 'authorization', 'secret', false, null, 'Value of the header Authorization.'),
      ('socket', 'retention_hours', 'integer', false, '24', 'How long events are kept for receivers that resume, in hours.'),
      ('socket', 'token', 'secret', false, null, 'Bearer token of the receiver; without it, the stakeholder''s own database credentials are asked for.'),
      ('redis', 'url', 'url', true, null, 'Server; redis or rediss, without a password.'),
      ('redis', 'stream', 'text', false, null, 'Name of the stream; by default integratedb:<stakeholder>:<notification>.'),
      ('redis', 'max_length', 'integer', false, null, 'About how many events the stream keeps; without it, all.'),
      ('redis', 'username', 'text', false, null, 'User of the server.'),
      ('redis', 'password', 'secret', false, null, 'Password of the user.'),
      ('redis', 'batch_size', 'integer', false, '500', 'Events sent at once, at most.'),
      ('nats', 'url', 'url', true, null, 'Server; nats or tls, without a password.'),
      ('nats', 'subject', 'text', false, null, 'Subject of a JetStream stream; by default integratedb.<stakeholder>.<notification>.'),
      ('nats', 'username', 'text', false, null, 'User of the server.'),
      ('nats', 'password', 'secret', false, null, 'Password of the user.'),
      ('nats', 'token', 'secret', false, null, 'Token, in place of a user.'),
      ('nats', 'batch_size', 'integer', false, '500', 'Events sent at once, at most.'),
      ('rabbitmq', 'url', 'url', true, null, 'Server; amqp or amqps, without a password.'),
      ('rabbitmq', 'exchange', 'text', false, null, 'Exchange; by default the nameless one.'),
      ('rabbitmq', 'routing_key', 'text', false, null, 'Routing key; by default integratedb.<stakeholder>.<notification>.'),
      ('rabbitmq', 'username', 'text', false, null, 'User of the server.'),
      ('rabbitmq', 'password', 'secret', false, null, 'Password of the user.'),
      ('rabbitmq', 'batch_size', 'integer', false, '200', 'Events sent at once, at most.'),
      ('kafka', 'brokers', 'text', true, null, 'Brokers to start with, as host:port, separated by commas.'),
      ('kafka', 'topic', 'text', true, null, 'Topic, which must exist.'),
      ('kafka', 'tls', 'boolean', false, 'false', 'Whether to connect with TLS.'),
      ('kafka', 'sasl_mechanism', 'choice:plain|scram-sha-256|scram-sha-512', false, null, 'How the user proves itself.'),
      ('kafka', 'username', 'text', false, null, 'User of the brokers.'),
      ('kafka', 'password', 'secret', false, null, 'Password of the user.'),
      ('kafka', 'batch_size', 'integer', false, '500', 'Events sent at once, at most.'),
      ('sqs', 'queue_url', 'url', true, null, 'The queue; FIFO if its name ends in .fifo.'),
      ('sqs', 'region', 'text', false, null, 'Region; by default that in the URL.'),
      ('sqs', 'endpoint', 'url', false, null, 'Another endpoint than that of AWS.'),
      ('sqs', 'access_key_id', 'text', false, null, 'Access key; by default the relay''s own credentials.'),
      ('sqs', 'secret_access_key', 'secret', false, null, 'Secret of the access key.'),
      ('sns', 'topic_arn', 'text', true, null, 'The topic; FIFO if its name ends in .fifo.'),
      ('sns', 'region', 'text', false, null, 'Region; by default that in the ARN.'),
      ('sns', 'endpoint', 'url', false, null, 'Another endpoint than that of AWS.'),
      ('sns', 'access_key_id', 'text', false, null, 'Access key; by default the relay''s own credentials.'),
      ('sns', 'secret_access_key', 'secret', false, null, 'Secret of the access key.')
    ) x(type, option, kind, required, default_value, description)
    where x.type = t.type
  ) o
$$;

CREATE TABLE customers (
  id integer PRIMARY KEY,
  name text NOT NULL,
  email text
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer integer NOT NULL REFERENCES customers,
  status varchar(20) NOT NULL,
  total numeric(10, 2)
);
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org'), (2, 'Grace', 'grace@example.org');
INSERT INTO orders VALUES (1, 1, 'open', 12.50), (2, 2, 'shipped', 80.00);

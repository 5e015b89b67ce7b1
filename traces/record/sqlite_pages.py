#!/usr/bin/env python3
"""The database program that sqlite-pages.sh watches: a small order-entry workload in the manner of TPC-C, on SQLite.

    sqlite_pages.py load FILE        creates and fills the database
    sqlite_pages.py work FILE COUNT  runs COUNT transactions, each a fixed mix drawn from seed 42

SQLite's own cache is kept at a few pages, so that nearly every page a query looks at is read from the file.
"""

import random
import sqlite3
import sys

WAREHOUSES, DISTRICTS, CUSTOMERS, ITEMS = 2, 10, 1500, 10_000
FIRST_ORDERS = 600
SCHEMA = """
CREATE TABLE district(w INT, d INT, next_order INT, year_total REAL, PRIMARY KEY(w, d)) WITHOUT ROWID;
CREATE TABLE customer(w INT, d INT, c INT, last TEXT, balance REAL, data TEXT, PRIMARY KEY(w, d, c)) WITHOUT ROWID;
CREATE INDEX customer_name ON customer(w, d, last);
CREATE TABLE item(i INTEGER PRIMARY KEY, name TEXT, price REAL, data TEXT);
CREATE TABLE stock(w INT, i INT, quantity INT, sold INT, data TEXT, PRIMARY KEY(w, i)) WITHOUT ROWID;
CREATE TABLE orders(w INT, d INT, o INT, c INT, lines INT, delivered INT, PRIMARY KEY(w, d, o)) WITHOUT ROWID;
CREATE INDEX orders_customer ON orders(w, d, c, o);
CREATE TABLE order_line(w INT, d INT, o INT, n INT, i INT, quantity INT, amount REAL, PRIMARY KEY(w, d, o, n))
    WITHOUT ROWID;
CREATE TABLE pending(w INT, d INT, o INT, PRIMARY KEY(w, d, o)) WITHOUT ROWID;
"""
SYLLABLES = "BAR OUGHT ABLE PRI PRES ESE ANTI CALLY ATION EING".split()


def last_name(number):
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03}")


def skewed(rng, span, low, high):
    """TPC-C's NURand: a bitwise or makes some values much more frequent than others."""
    return ((rng.randint(0, span) | rng.randint(low, high)) + span // 3) % (high - low + 1) + low


def connect(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "PRAGMA page_size=4096; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
    )
    return db


def load(path):
    rng, db = random.Random(1), connect(path)
    db.executescript(SCHEMA)
    db.execute("BEGIN")

    def text(length):
        return f"{rng.getrandbits(4 * length):0{length}x}"

    items = ((i, text(20), rng.uniform(1, 100), text(40)) for i in range(1, ITEMS + 1))
    db.executemany("INSERT INTO item VALUES(?,?,?,?)", items)
    for w in range(1, WAREHOUSES + 1):
        stock = ((w, i, rng.randint(10, 100), text(280)) for i in range(1, ITEMS + 1))
        db.executemany("INSERT INTO stock VALUES(?,?,?,0,?)", stock)
        for d in range(1, DISTRICTS + 1):
            db.execute("INSERT INTO district VALUES(?,?,1,0)", (w, d))
            people = ((w, d, c, last_name(c % 1000), -10.0, text(400)) for c in range(1, CUSTOMERS + 1))
            db.executemany("INSERT INTO customer VALUES(?,?,?,?,?,?)", people)
            for _ in range(FIRST_ORDERS):
                add_order(rng, db, w, d, rng.randint(1, CUSTOMERS), touch_stock=False)
            db.execute("DELETE FROM pending WHERE w=? AND d=? AND o<?", (w, d, FIRST_ORDERS - 50))
    db.execute("COMMIT")


def add_order(rng, db, w, d, c, touch_stock=True):
    order, = db.execute("SELECT next_order FROM district WHERE w=? AND d=?", (w, d)).fetchone()
    db.execute("UPDATE district SET next_order=next_order+1 WHERE w=? AND d=?", (w, d))
    lines = rng.randint(5, 15)
    db.execute("INSERT INTO orders VALUES(?,?,?,?,?,0)", (w, d, order, c, lines))
    db.execute("INSERT INTO pending VALUES(?,?,?)", (w, d, order))
    for n in range(lines):
        i, quantity, price = skewed(rng, 2047, 1, ITEMS), rng.randint(1, 10), 10.0
        if touch_stock:
            price, = db.execute("SELECT price FROM item WHERE i=?", (i,)).fetchone()
            change = "UPDATE stock SET quantity=(quantity-?+91)%91+10, sold=sold+? WHERE w=? AND i=?"
            db.execute(change, (quantity, quantity, w, i))
        line = (w, d, order, n, i, quantity, quantity * price)
        db.execute("INSERT INTO order_line VALUES(?,?,?,?,?,?,?)", line)


def find_customer(rng, db, w, d):
    if rng.random() < 0.4:
        return skewed(rng, 511, 1, CUSTOMERS)
    name = last_name(skewed(rng, 255, 0, 999))
    found = db.execute("SELECT c FROM customer WHERE w=? AND d=? AND last=? ORDER BY c", (w, d, name)).fetchall()
    return found[len(found) // 2][0]


def pay(rng, db, w, d):
    amount, c = rng.uniform(1, 5000), find_customer(rng, db, w, d)
    db.execute("UPDATE customer SET balance=balance-? WHERE w=? AND d=? AND c=?", (amount, w, d, c))
    db.execute("UPDATE district SET year_total=year_total+? WHERE w=? AND d=?", (amount, w, d))


def order_status(rng, db, w, d):
    c = find_customer(rng, db, w, d)
    last = db.execute("SELECT max(o) FROM orders WHERE w=? AND d=? AND c=?", (w, d, c)).fetchone()[0]
    lines = "SELECT i, quantity, amount FROM order_line WHERE w=? AND d=? AND o=?"
    db.execute(lines, (w, d, last)).fetchall()


def deliver(db, w):
    for d in range(1, DISTRICTS + 1):
        order = db.execute("SELECT min(o) FROM pending WHERE w=? AND d=?", (w, d)).fetchone()[0]
        if order is None:
            continue
        db.execute("DELETE FROM pending WHERE w=? AND d=? AND o=?", (w, d, order))
        c, = db.execute("SELECT c FROM orders WHERE w=? AND d=? AND o=?", (w, d, order)).fetchone()
        db.execute("UPDATE orders SET delivered=1 WHERE w=? AND d=? AND o=?", (w, d, order))
        lines = "SELECT sum(amount) FROM order_line WHERE w=? AND d=? AND o=?"
        total, = db.execute(lines, (w, d, order)).fetchone()
        db.execute("UPDATE customer SET balance=balance+? WHERE w=? AND d=? AND c=?", (total, w, d, c))


def stock_level(db, w, d):
    order, = db.execute("SELECT next_order FROM district WHERE w=? AND d=?", (w, d)).fetchone()
    db.execute(
        "SELECT count(DISTINCT s.i) FROM order_line l JOIN stock s ON s.w=l.w AND s.i=l.i"
        " WHERE l.w=? AND l.d=? AND l.o>=? AND s.quantity<20",
        (w, d, order - 20),
    ).fetchone()


def report(db, w):
    """A report that scans one warehouse's orders: what the queries in between do not want in the cache."""
    db.execute("SELECT d, sum(amount) FROM order_line WHERE w=? GROUP BY d", (w,)).fetchall()


def work(path, count):
    rng, db = random.Random(42), connect(path)
    db.execute("PRAGMA cache_size=10")
    for number in range(count):
        w, d, kind = rng.randint(1, WAREHOUSES), rng.randint(1, DISTRICTS), rng.random()
        db.execute("BEGIN")
        if kind < 0.45:
            add_order(rng, db, w, d, skewed(rng, 511, 1, CUSTOMERS))
        elif kind < 0.88:
            pay(rng, db, w, d)
        elif kind < 0.92:
            order_status(rng, db, w, d)
        elif kind < 0.96:
            deliver(db, w)
        else:
            stock_level(db, w, d)
        db.execute("COMMIT")
        if number % 250 == 249:
            report(db, number // 250 % WAREHOUSES + 1)


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2])
    else:
        work(sys.argv[2], int(sys.argv[3]))

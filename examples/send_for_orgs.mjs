// Sends events of many orgs with one key, and sends again what an org could not take just now.
//
//   DASHAPP_URL=http://localhost:8050 DASHAPP_KEY=dash_ingest_… node examples/send_for_orgs.mjs

const url = `${process.env.DASHAPP_URL}/api/v1/events`;
const headers = {
  Authorization: `Bearer ${process.env.DASHAPP_KEY}`,
  "Content-Type": "application/json",
};
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function send(events) {
  let waiting = events;
  while (waiting.length > 0) {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(waiting) });
    if (response.ok) {
      const { accepted, duplicates, rejected } = await response.json();
      console.log(`${accepted} accepted, ${duplicates} duplicates`);
      const again = rejected.filter(({ code }) => code === "try_again");
      for (const { index, code, message } of rejected.filter((one) => !again.includes(one))) {
        console.error(`${waiting[index].id}: ${code}: ${message}`);
      }
      waiting = again.map(({ index }) => waiting[index]);
    } else if (![429, 500, 502, 503, 504].includes(response.status)) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    if (waiting.length > 0) await sleep(Number(response.headers.get("Retry-After") ?? 1));
  }
}

await send([
  { org: "acme", id: "node-1", type: "order.paid", user: "u-17", properties: { total: 25 } },
  { org: "rival", id: "node-2", type: "order.paid", user: "u-3", properties: { total: 9 } },
]);

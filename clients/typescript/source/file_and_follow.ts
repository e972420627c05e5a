// Files a dossier by the generated types, reads it, lists it, and meets a refusal.
// Needs MOTCUA_URL and MOTCUA_TOKEN (a portal's or an officer's access token).

import { randomInt, randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./motcua.js";

type Filing = components["schemas"]["Filing"];

const AGENCY = "H20.100";

function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const motcua = createClient<paths>({
  baseUrl: told("MOTCUA_URL"),
  headers: { Authorization: `Bearer ${told("MOTCUA_TOKEN")}` },
});

const filing: Filing = {
  procedure: "2.000908",
  agency: AGENCY,
  channel: "counter",
  applicant: {
    name: "Trần Văn Minh",
    identity_number: `000${String(randomInt(10 ** 9)).padStart(9, "0")}`,
  },
};
const key = { header: { "idempotency-key": randomUUID() } };

const filed = await motcua.POST("/v1/dossiers", { body: filing, params: key });
if (filed.error) throw new Error(JSON.stringify(filed.error));
const repeated = await motcua.POST("/v1/dossiers", { body: filing, params: key });
if (repeated.data?.code !== filed.data.code) throw new Error("the same key filed twice");
console.log(`filed ${filed.data.code}`);

const path = { dossier: filed.data.code };
const read = await motcua.GET("/v1/dossiers/{dossier}", { params: { path } });
if (read.error) throw new Error(JSON.stringify(read.error));
console.log(`read ${read.data.code} status ${read.data.status.code}`);

const query = { agency: AGENCY, code: filed.data.code };
const page = await motcua.GET("/v1/dossiers", { params: { query } });
if (page.error) throw new Error(JSON.stringify(page.error));
console.log(`listed ${JSON.stringify(page.data.items.map((item) => item.code))}`);

const nobody = { dossier: "H20.100-200101-0001" };
const refused = await motcua.GET("/v1/dossiers/{dossier}", { params: { path: nobody } });
if (!refused.error) throw new Error("a dossier that does not exist was found");
console.log(`refused ${refused.error.status} ${refused.error.code}: ${refused.error.detail}`);

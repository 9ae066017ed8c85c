import { ownForm, sendForm, sendJson, type HostileCase } from "./hostile-case.js";

const { cookie } = ownForm;
const form = { "content-type": "application/x-www-form-urlencoded", cookie };

const headers: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ["from another site", { ...form, "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  [
    "from another site that claims our origin",
    { ...form, "sec-fetch-site": "cross-site", origin: "https://platform.example" },
  ],
  ["from a sister site", { ...form, "sec-fetch-site": "same-site", origin: "https://blog.platform.example" }],
  ["as if typed into the address bar", { ...form, "sec-fetch-site": "none" }],
  ["with a word for the site that no browser says", { ...form, "sec-fetch-site": "own" }],
  ["with an empty word for the site", { ...form, "sec-fetch-site": "" }],
  ["with two words for the site", { ...form, "sec-fetch-site": "cross-site, same-origin" }],
  ["from an old browser on another site", { ...form, origin: "https://evil.example" }],
  ["from an old browser on a page without an origin", { ...form, origin: "null" }],
  ["from our host by http", { ...form, origin: "http://platform.example" }],
  ["from another port of our host", { ...form, origin: "https://platform.example:8443" }],
  ["from a host that begins like ours", { ...form, origin: "https://platform.example.evil.example" }],
  ["from a host that ends like ours", { ...form, origin: "https://evilplatform.example" }],
  ["from our origin with a path", { ...form, origin: "https://platform.example/" }],
  ["with nothing that says where it comes from", form],
  ["with only a referrer", { ...form, referer: "https://platform.example/approvals" }],
];

const asForm: readonly HostileCase[] = headers.map(([name, sent]) => ({
  name: `a form ${name}`,
  status: 403,
  send: (attack) => sendForm(attack, attack.path, attack.fields, sent),
}));

const types = ["text/plain", "text/plain;application/json", "multipart/form-data; boundary=x", "", "application/xml"];

const asOther: readonly HostileCase[] = types.map((type) => ({
  name: `a body of type "${type}" from another site`,
  status: 403,
  send: (attack) =>
    sendForm(attack, attack.path, attack.fields, { "content-type": type, cookie, "sec-fetch-site": "cross-site" }),
}));

const json: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ["from another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  ["from a sister site", { "sec-fetch-site": "same-site" }],
  ["from an old browser on another site", { origin: "https://evil.example" }],
  ["with a session's cookie, and no browser's headers", { cookie }],
  ["with a referrer", { referer: "https://evil.example/" }],
];

const asJson: readonly HostileCase[] = json.map(([name, sent]) => ({
  name: `JSON ${name}`,
  status: 403,
  send: (attack) => sendJson(attack, attack.path, { ...attack.fields, formToken: undefined }, sent),
}));

const ownTypes: readonly HostileCase[] = ["multipart/form-data; boundary=x", "text/plain", "application/xml"].map(
  (type) => ({
    name: `a body of type "${type}" from our own page`,
    status: 415,
    send: (attack) => sendForm(attack, attack.path, attack.fields, { ...ownForm, "content-type": type }),
  }),
);

const ownJson: HostileCase = {
  name: "JSON from our own page without a form token",
  status: 403,
  send: (attack) =>
    sendJson(
      attack,
      attack.path,
      { ...attack.fields, formToken: undefined },
      { "sec-fetch-site": "same-origin", cookie },
    ),
};

/** What a page of somebody else's can make a browser send. */
export const crossSiteCases: readonly HostileCase[] = [...asForm, ...asOther, ...asJson, ...ownTypes, ownJson];

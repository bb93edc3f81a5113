// An Angular element with a board in its template, compiled in the browser.
import "@angular/compiler";
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection, signal } from "@angular/core";
import { createCustomElement } from "@angular/elements";
import { createApplication } from "@angular/platform-browser";

class Numbers {
  constructor() {
    this.src = signal(undefined);
    this.token = signal(undefined);
    this.note = signal("one");
    window.change = (values) => { for (const name in values) { this[name].set(values[name]); } };
  }
}
const component = Component({
  selector: "shop-numbers",
  template: `<h1>{{ note() }}</h1>
    <dashapp-board [src]="src()" [attr.token]="token()" (dashapp-ready)="note.set('ready')"><b>{{ note() }}</b></dashapp-board>`,
  schemas: [CUSTOM_ELEMENTS_SCHEMA]
})(Numbers) ?? Numbers;

createApplication({ providers: [provideZonelessChangeDetection()] }).then((app) => {
  customElements.define("shop-numbers", createCustomElement(component, { injector: app.injector }));
  document.getElementById("root").append(document.createElement("shop-numbers"));
});

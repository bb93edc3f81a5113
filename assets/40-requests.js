// What Dash's renderer asks the server for goes through here: with the token of an embedded page, to
// the login where the session has ended, and again where there was no answer for a layout.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var embed = window.dashappEmbed; // on an embedded page: the bearer of every request
  var LOGIN = "/login?next=";
  var SOON = 1000, LONGEST = 30000; // ms until a layout is asked for again

  var send = window.fetch.bind(window);
  var ahead = window.dashappLayout; // the layout, which the page has asked for by itself

  function ask(resource, options) {
    return embed ? sendWithToken(resource, options) : send(resource, options);
  }

  // What came ahead, once; where that was refused or did not arrive, it is asked for again.
  function takeAhead(resource, options) {
    var come = ahead;
    ahead = null;
    return come.then(function (response) { return response.ok ? response : ask(resource, options); },
      function () { return ask(resource, options); });
  }

  // Without it there is no board: where no answer comes, it is asked for again, later each time.
  function askForLayout(resource, options, pause) {
    function again() {
      shared.tell(shared.word("noAnswer"));
      return new Promise(function (resolve) { setTimeout(resolve, pause); })
        .then(function () { return askForLayout(resource, options, Math.min(2 * pause, LONGEST)); });
    }
    return (ahead ? takeAhead : ask)(resource, options).then(function (response) {
      return response.status < 500 || embed ? response : again();
    }, function (error) {
      if (embed) { throw error; } // whose own script tries again, or ends
      return again();
    });
  }

  window.fetch = function (resource, options) {
    var url = String(resource && resource.url ? resource.url : resource);
    if (url.indexOf("/_dash-dependencies") >= 0) { // in the page: they are the same for everybody
      return Promise.resolve(new Response(document.getElementById("dependencies").textContent,
        { headers: { "Content-Type": "application/json" } }));
    }
    var isLayout = url.indexOf("/_dash-layout") >= 0;
    if (isLayout) {
      resource = url + location.search; // so that the range control starts with the right word
    } else if (url.indexOf("/_dash-") < 0) {
      return send(resource, options);
    }
    if (shared.isOver()) { return new Promise(function () {}); } // nothing is asked any more
    var isRefresh = url.indexOf("/_dash-update-component") >= 0;
    if (isRefresh) { shared.asking(); }
    return (isLayout ? askForLayout : ask)(resource, options, SOON).then(function (response) {
      if (response.status === 401 && !embed) { return goToLogin(); }
      if (response.status === 403 || response.status === 404) {
        shared.gone(response);
        return new Promise(function () {}); // Dash has nothing to draw of it
      }
      if (isRefresh) { shared.answered(response.clone()); }
      return response;
    }, function (error) {
      if (isRefresh) { shared.answered(null); }
      throw error;
    });
  };

  // Without cookies, with the page's token; a second time with a new one where that was refused.
  function sendWithToken(resource, options) {
    function attempt(header) {
      var more = { credentials: "omit", referrerPolicy: "no-referrer" };
      var headers = new Headers(options && options.headers);
      headers.set("Authorization", header);
      return send(resource, Object.assign({}, options, more, { headers: headers }));
    }
    return embed.header().then(function (header) {
      return attempt(header).then(function (response) {
        if (response.status !== 401) { return response; }
        return embed.refused(header).then(embed.header).then(attempt);
      });
    });
  }

  // Files of panels: what the page itself asks for, with what lets it in.
  shared.send = function (resource) {
    return (embed ? sendWithToken(resource) : send(resource, { credentials: "same-origin" })).then(function (response) {
      // The file alone may be gone, or the board: a refresh finds out.
      if ([401, 403, 404].indexOf(response.status) >= 0) { shared.refresh(); }
      return response;
    });
  };

  function goToLogin() {
    location.assign(LOGIN + encodeURIComponent(location.pathname + location.search));
    return new Promise(function () {}); // the page is leaving: nothing more is to be drawn
  }
})();

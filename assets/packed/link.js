// dashapp: link.js 1d605e17d1c3e4b1
"use strict";(()=>{var e=document.getElementById("link"),t=location.hash.slice(1);if(e&&t){history.replaceState(null,"",location.pathname);let n=e.elements.namedItem("secret");n.value=t,e.submit()}})();

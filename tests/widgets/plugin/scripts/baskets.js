document.documentElement.dataset.baskets = "loaded";

from hypothesis import settings

# How long one example takes says something of the machine, and nothing of the product.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")

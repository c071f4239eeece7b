"""A stand-in for Cloud Storage, as the Firebase SDK for the web and Parley's server speak to it.

The Firebase CLI has an emulator whose rules run in a program that it downloads. Google's engine for
them lies in the jar of the Firestore emulator too, so this stand-in needs no download.
"""

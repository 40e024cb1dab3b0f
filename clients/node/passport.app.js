// An application with passport-windowslive, as its documentation shows it. It has fixed hosts: https_proxy and
// NODE_EXTRA_CA_CERTS of its environment lead it to liveconnectd, and it knows nothing of that.

import {createServer} from 'node:http';

import {HttpsProxyAgent} from 'https-proxy-agent';
import passport from 'passport';
import WindowsLiveStrategy from 'passport-windowslive';

import {application} from './emulator.js';

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://app');
  request.query = Object.fromEntries(url.searchParams); // what express does
  const options = {session: false, scope: ['wl.signin', 'wl.basic', 'wl.emails', 'wl.offline_access'], locale: 'en', state: 'the state'};
  const failed = (error) => {
    response.writeHead(error ? 500 : 404, {'Content-Type': 'application/json'});
    response.end(JSON.stringify({name: error?.name, message: error?.message, code: error?.code}));
  };
  switch (url.pathname) {
    case '/auth/windowslive':
      return passport.authenticate('windowslive', options)(request, response, failed);
    case '/auth/windowslive/callback':
      return passport.authenticate('windowslive', options)(request, response, (error) => {
        if (error) return failed(error);
        response.writeHead(200, {'Content-Type': 'application/json'});
        response.end(JSON.stringify({user: request.user, state: url.searchParams.get('state')}));
      });
  }
  failed();
});

server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const strategy = new WindowsLiveStrategy({
    clientID: application.id, clientSecret: application.secret, callbackURL: `${origin}/auth/windowslive/callback`,
  }, (accessToken, refreshToken, profile, done) => done(null, {accessToken, refreshToken, profile}));
  strategy._oauth2.setAgent(new HttpsProxyAgent(process.env.https_proxy));
  passport.use(strategy);
  console.log(origin);
});

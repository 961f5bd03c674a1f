// SPDX-License-Identifier: MIT
/// \file
/// A browser under remote control: chromedriver and its HTTP interface (W3C WebDriver).
#pragma once

#include "support/program.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace pastiche::test {

/// A running chromedriver; no port where there is none.
class Chromedriver {
 public:
  Chromedriver() {
    int ends[2];
    if (::pipe(ends) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::setpgid(0, 0);
      ::dup2(ends[1], 1);
      ::dup2(::open("/dev/null", O_WRONLY), 2);
      ::close(ends[0]);
      ::execlp("chromedriver", "chromedriver", "--port=0", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    read_port(ends[0]);
    from_ = ends[0];
  }
  Chromedriver(const Chromedriver&) = delete;
  Chromedriver& operator=(const Chromedriver&) = delete;
  ~Chromedriver() {
    if (child_ > 0) {
      ::kill(-child_, SIGTERM);
      exit_code(child_);
    }
    ::close(from_);
  }

  int port() const { return port_; }

 private:
  // It says: ChromeDriver was started successfully on port 12345.
  void read_port(int from) {
    std::string said;
    char byte = 0;
    while (::read(from, &byte, 1) == 1) {
      said += byte;
      const std::size_t at = said.find("on port ");
      if (byte == '\n' && at != std::string::npos && said.find("successfully") != std::string::npos) {
        port_ = std::stoi(said.substr(said.rfind("on port ") + 8));
        return;
      }
    }
  }

  pid_t child_ = -1;
  int from_ = -1, port_ = 0;
};

/// One window of a headless Chromium.
class Browser {
 public:
  using Json = nlohmann::json;

  Browser(int port, int width, int height) : port_{port} {
    const Json arguments = {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                            "--window-size=" + std::to_string(width) + "," + std::to_string(height)};
    // A window has a least width; the screen of a telephone has none.
    const Json screen = {
        {"deviceMetrics", {{"width", width}, {"height", height}, {"pixelRatio", 1.0}, {"mobile", false}}}};
    const Json wanted = {{"goog:chromeOptions", {{"args", arguments}, {"mobileEmulation", screen}}},
                         {"goog:loggingPrefs", {{"browser", "ALL"}}}};
    const Json made = call("POST", "/session", {{"capabilities", {{"alwaysMatch", wanted}}}});
    session_ = "/session/" + made.at("sessionId").get<std::string>();
  }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;
  ~Browser() {
    try {
      call("DELETE", session_, Json());
    } catch (const std::exception&) {  // it is gone: nothing to close
    }
  }

  void open(const std::string& address) { call("POST", session_ + "/url", {{"url", address}}); }
  /// What a script returns.
  Json run(const std::string& script) {
    return call("POST", session_ + "/execute/sync", {{"script", script}, {"args", Json::array()}});
  }
  /// What pages have logged since the last call.
  Json log() { return call("POST", session_ + "/se/log", {{"type", "browser"}}); }
  /// Presses and releases a key; those without a character are U+E000 and up, see WebDriver, section 17.4.2.
  void press(const std::string& key) {
    const Json down = {{"type", "keyDown"}, {"value", key}}, up = {{"type", "keyUp"}, {"value", key}};
    const Json keyboard = {{"type", "key"}, {"id", "keyboard"}, {"actions", {down, up}}};
    call("POST", session_ + "/actions", {{"actions", Json::array({keyboard})}});
  }

 private:
  Json call(const std::string& method, const std::string& path, const Json& body) {
    const std::string text = body.is_null() ? "" : body.dump();
    const std::string answer = exchange(
        method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
    const std::size_t head = answer.find("\r\n\r\n");
    if (head == std::string::npos) throw std::runtime_error("no answer from chromedriver to " + path);
    const Json value = Json::parse(answer.substr(head + 4)).at("value");
    if (value.is_object() && value.contains("error")) throw std::runtime_error(path + ": " + value.dump());
    return value;
  }

  std::string exchange(const std::string& request) const {
    const int wire = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(wire, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      for (std::size_t sent = 0; sent < request.size();) {
        const ssize_t n = ::send(wire, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      answer = whole_answer(wire);
    }
    ::close(wire);
    return answer;
  }

  // As much as its head announces: chromedriver leaves the connection open.
  static std::string whole_answer(int wire) {
    const timeval patience{60, 0};
    ::setsockopt(wire, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    std::size_t wanted = std::string::npos;
    std::array<char, 4096> buffer;
    for (ssize_t n; answer.size() < wanted && (n = ::recv(wire, buffer.data(), buffer.size(), 0)) > 0;) {
      answer.append(buffer.data(), static_cast<std::size_t>(n));
      const std::size_t head = answer.find("\r\n\r\n"), length = answer.find("Content-Length:");
      if (head == std::string::npos || length > head) continue;
      wanted = head + 4 + static_cast<std::size_t>(std::stoul(answer.substr(length + 15)));
    }
    return answer;
  }

  int port_;
  std::string session_;
};

}  // namespace pastiche::test
